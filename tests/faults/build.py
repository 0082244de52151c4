"""`DATA_DIR=FOLDER DJANGO_SETTINGS_MODULE=tests.faults.settings python -m tests.faults.build`: the world before it shakes."""

import django
from django.conf import settings

from config.postgres import ensure_running


def main() -> None:
    ensure_running(settings.DATA_DIR)
    django.setup()
    from tests.faults.world import build

    build(settings.DATA_DIR)


if __name__ == "__main__":
    main()
