"""List what can keep the parts of the device from starting or from reaching each other."""

from collections.abc import Mapping

from appliance.language import N_

PROCESS_FAULTS: Mapping[str, str] = {
    "process_stopped": N_("The service %(process)s stopped in the middle of an answer."),
    "process_closed": N_("The service %(process)s closed the connection without an answer."),
    "process_slow": N_("The service %(process)s does not answer in time."),
    "process_away": N_("The service %(process)s is not running: nobody answers at %(path)s."),
    "process_denied": N_("This user may not speak to the service %(process)s."),
    "process_gone": N_("The service %(process)s went away: %(detail)s."),
    "process_of_another": N_(
        "%(path)s is served by the user %(user)s and not by %(wanted)s, as the service "
        "%(process)s is: nothing was sent there."
    ),
    "socket_unopened": N_("The socket %(path)s cannot be opened: %(detail)s."),
    "socket_exposed": N_(
        "Other users can write to %(path)s, and so could pose as this process: only its own user "
        "may."
    ),
    "socket_odd": N_("%(path)s is in the way: it is not a socket."),
    "socket_taken": N_("Another process already serves %(path)s."),
    "keeper_there": N_("Another archive service is already at work in %(path)s; stop it first."),
    "part_ended": N_("A part of the device ended (%(parts)s); everything is stopped."),
    "part_unstarted": N_("The service %(process)s did not start; its own message is above."),
    "part_late": N_("The service %(process)s was not ready within %(lasts)s s."),
    "port_taken": N_(
        "Port %(port)s on %(host)s is in use; end what uses it, or choose another with --port."
    ),
    "modem_not_taken_up": N_(
        "The settings of this data folder were changed in the panel, so --modem has no say; "
        "choose the modem in the panel, at the line’s devices, or name a new --data folder."
    ),
    "panel_instead": N_("It listens on %(where)s in its place."),
    "panel_nowhere": N_("The panel can listen nowhere."),
    "panel_without_tls": N_("Nobody reaches the panel over TLS."),
    "nothing_goes_out": N_("Neither mail nor backups go out."),
    "proxy_unneeded": N_("No certificate is named below [panel], so no proxy is needed."),
    "proxy_missing": N_(
        "haproxy is not installed, and without it nobody reaches the panel over TLS: apt install "
        "haproxy (version %(version)s or newer)."
    ),
    "proxy_socket": N_(
        "The path of the panel’s socket, %(path)s, has %(length)s bytes and haproxy takes "
        "%(most)s; choose a shorter folder with --data, or name the panel’s socket with --socket."
    ),
    "panel_not_loopback": N_(
        "The panel does not listen on %(host)s: it is %(found)s, not loopback."
    ),
    "panel_port": N_(
        "The panel cannot listen on %(host)s, port %(port)s: %(detail)s. End what uses it, or "
        "choose another port with --port."
    ),
    "panel_socket": N_("The panel cannot listen at %(path)s: %(detail)s."),
    "no_archive": N_("There is no archive in %(path)s, so nobody has changed a setting."),
    "other_seed": N_(
        "The device was started with another configuration file: name it with --config."
    ),
    "password_unproved": N_("The password cannot be proved: %(detail)s."),
    "helper_ended": N_(
        "A helper process of the archive service ended early: the system log says why."
    ),
    "clock_of_boot": N_("The time of this start cannot be known: nothing was set."),
    "chip_time_unset": N_("%(path)s cannot be set: %(detail)s."),
}
