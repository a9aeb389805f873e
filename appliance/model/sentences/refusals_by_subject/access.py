"""List the refusals about who may ask, logins and second factors."""

from collections.abc import Mapping

from appliance.language import N_
from appliance.model.sentences.refusals_by_subject.refusal import (
    Refusal,
    away,
    busy,
    forbidden,
    login,
    wrong,
)

ACCESS_REFUSALS: Mapping[str, Refusal] = {
    "not_set_up": login(
        N_("Not set up yet"),
        N_("This device is not set up yet. Open the panel and do the first steps."),
    ),
    "not_logged_in": login(N_("Log in again"), N_("You are not logged in. Log in again.")),
    "session_ended": login(
        N_("Log in again"), N_("Too many wrong passwords, so you were logged out. Log in again.")
    ),
    "choose_password": forbidden(
        N_("Choose a password first"),
        N_("A one-time password can only be used to set your own password."),
    ),
    "forbidden": forbidden(
        N_("Access denied"),
        N_(
            "This needs a role that you do not have: %(roles)s. An administrator can give it to "
            "you."
        ),
    ),
    "roles_changed": forbidden(
        N_("Access denied"), N_("Your roles have changed meanwhile. Try again.")
    ),
    "not_administrator": forbidden(
        N_("Access denied"), N_("You are no longer an administrator. Ask another one.")
    ),
    "root_only": forbidden(
        N_("Access denied"), N_("Only root may ask for this, at the device itself.")
    ),
    "services_only": forbidden(
        N_("Access denied"), N_("Only the services of this device may ask for this.")
    ),
    "courier_only": forbidden(
        N_("Access denied"),
        N_("The sending service asks for its tasks and nothing else, and only it asks for them."),
    ),
    "user_refused": forbidden(
        N_("Access denied"), N_("This user of the system may not ask this service. Ask as root.")
    ),
    "unknown_request": wrong(
        N_("Request not accepted"), N_("This service does not know this request.")
    ),
    "not_denied": wrong(
        N_("Request not accepted"), N_("This request was not denied because of a role.")
    ),
    "locked": away(
        N_("The device is locked"), N_("It records, but shows nothing. Log in to unlock it.")
    ),
    "wrong_password": wrong(N_("Wrong password"), N_("Name or password is wrong.")),
    "wrong_one_time_password": wrong(
        N_("Wrong password"),
        N_("The one-time password is wrong. Look at it again, letter by letter."),
    ),
    "one_time_expired": wrong(
        N_("Too late"), N_("This one-time password is too old. Ask an administrator for a new one.")
    ),
    "wrong_code": wrong(
        N_("Wrong code"),
        N_("This code is wrong or was used before. Type the one that the app shows now."),
    ),
    "wrong_let_in_code": wrong(
        N_("Wrong code"),
        N_("The code for a new browser is wrong or too old. Ask an administrator for a new one."),
    ),
    "code_needed": wrong(
        N_("Check your entries"),
        N_("This account logs in with codes. Type a code, or say that the app is lost."),
    ),
    "login_expired": wrong(N_("Too late"), N_("The login took too long. Type the password again.")),
    "login_finished": wrong(N_("Too late"), N_("This login was finished already. Log in again.")),
    "secret_expired": wrong(
        N_("Too late"), N_("The secret for the app was shown too long ago. Begin again.")
    ),
    "password_changed": wrong(
        N_("Too late"), N_("The password was changed meanwhile. Begin again.")
    ),
    "throttled": busy(
        N_("Too many attempts"),
        N_(
            "Too many wrong attempts, by you or by somebody else. Wait %(seconds)s s, then "
            "try again."
        ),
    ),
    "browser_throttled": busy(
        N_("Too many attempts"),
        N_("Too many wrong passwords from this browser. Wait a little, then try again."),
    ),
    "busy": busy(
        N_("Device is busy"), N_("Many people are logging in just now. Try again in a few seconds.")
    ),
    "too_many_connections": busy(
        N_("Device is busy"), N_("Too many requests at once. Try again in a few seconds.")
    ),
}
