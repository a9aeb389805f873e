/* What spandsp hears in raw sound: 16-bit samples at 8 kHz on standard input.
 *
 *     ears dtmf          keys, one a line: count of the samples heard so far, key
 *     ears dtmf-filter   the same, its dial-tone filter switched on
 *     ears v23           caller ID, one message a line: number, or the letter for its absence
 *                        (P withheld, O unavailable), tab, name
 *     ears bell202       the same, of the other standard
 *
 * The seconds of the processor that hearing took go to standard error: the sound is read first,
 * so that they are spandsp's own.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <spandsp.h>

#define FRAME 160 /* 20 ms, as a line gives them */

struct sound {
    int16_t *samples;
    size_t count;
};

static size_t heard; /* samples given to the detector so far */
static adsi_rx_state_t *receiver;

static struct sound read_all(FILE *from)
{
    struct sound sound = {NULL, 0};
    size_t room = 0, got;

    do {
        if (sound.count + FRAME > room) {
            room = room ? 2 * room : 1 << 20;
            sound.samples = realloc(sound.samples, room * sizeof *sound.samples);
            if (!sound.samples) {
                fputs("ears: not enough memory for this sound\n", stderr);
                exit(1);
            }
        }
        got = fread(sound.samples + sound.count, sizeof *sound.samples, FRAME, from);
        sound.count += got;
    } while (got);
    return sound;
}

static void on_keys(void *data, const char *keys, int count)
{
    (void)data;
    for (int index = 0; index < count; index++)
        printf("%zu %c\n", heard, keys[index]);
}

/* The format by which the fields are read is that of the message: spandsp names them alike in
 * both standards, but keeps apart the single form, whose only field has no type. */
static void on_message(void *data, const uint8_t *message, int length)
{
    char number[256] = "", name[256] = "";
    const uint8_t *body;
    uint8_t kind;
    int size, position = -1;

    (void)data;
    if (length < 1)
        return;
    for (;;) {
        position = adsi_next_field(receiver, message, length, position, &kind, &body, &size);
        if (position <= 0 || size < 0)
            break;
        if (!body || size > 255)
            continue; /* the head of the message */
        if (message[0] == CLASS_SDMF_CALLERID) {
            if (size > 8) /* month, day, hour and minute stand before the number */
                snprintf(number, sizeof number, "%.*s", size - 8, (const char *)body + 8);
        } else if (kind == MCLASS_CALLER_NUMBER || kind == MCLASS_ABSENCE1) {
            snprintf(number, sizeof number, "%.*s", size, (const char *)body);
        } else if (kind == MCLASS_CALLER_NAME) {
            snprintf(name, sizeof name, "%.*s", size, (const char *)body);
        }
    }
    printf("%s\t%s\n", number, name);
}

static void hear_keys(struct sound sound, int filter)
{
    dtmf_rx_state_t *state = dtmf_rx_init(NULL, on_keys, NULL);

    if (filter)
        dtmf_rx_parms(state, 1, -1, -1, -99);
    for (size_t at = 0; at < sound.count; at += FRAME) {
        size_t size = sound.count - at < FRAME ? sound.count - at : FRAME;

        heard = at + size;
        dtmf_rx(state, sound.samples + at, (int)size);
    }
    dtmf_rx_free(state);
}

static void hear_caller_ids(struct sound sound, int standard)
{
    receiver = adsi_rx_init(NULL, standard, on_message, NULL);
    for (size_t at = 0; at < sound.count; at += FRAME) {
        size_t size = sound.count - at < FRAME ? sound.count - at : FRAME;

        adsi_rx(receiver, sound.samples + at, (int)size);
    }
    adsi_rx_free(receiver);
}

int main(int count, char **words)
{
    const char *what = count == 2 ? words[1] : "";
    struct sound sound = read_all(stdin);
    clock_t begun = clock();

    if (!strcmp(what, "dtmf") || !strcmp(what, "dtmf-filter")) {
        hear_keys(sound, !strcmp(what, "dtmf-filter"));
    } else if (!strcmp(what, "v23")) {
        hear_caller_ids(sound, ADSI_STANDARD_CLIP);
    } else if (!strcmp(what, "bell202")) {
        hear_caller_ids(sound, ADSI_STANDARD_CLASS);
    } else {
        fputs("usage: ears dtmf|dtmf-filter|v23|bell202 <raw-sound\n", stderr);
        return 2;
    }
    fprintf(stderr, "%.6f\n", (double)(clock() - begun) / CLOCKS_PER_SEC);
    free(sound.samples);
    return 0;
}
