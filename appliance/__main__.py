"""Make ``python -m appliance`` the same as ``zgoda``."""

from appliance.commands.main import main

if __name__ == "__main__":
    main()
