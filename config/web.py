"""The web server, as `make run` starts it: `python -m config.web PORT`, on the loopback address."""

import os
import sys

import waitress

from config.env import SettingError, read_environment
from config.postgres import ServerError, end_in_order_when_told, ensure_running


def main(port: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    end_in_order_when_told()
    try:
        environment = read_environment()
        if environment.database_url is None:
            ensure_running(environment.data_dir)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    from config.wsgi import application

    # `ident` is what the Server header would tell strangers.
    waitress.serve(application, listen=f"127.0.0.1:{port}", threads=8, ident=None, _quiet=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
