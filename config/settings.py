"""Every setting of the program. What an installation may choose comes from the environment (config/env.py)."""

from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.env import read_environment
from config.postgres import private_server
from organization.policies import PolicyKind

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment()
DATA_DIR = ENVIRONMENT.data_dir

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "common",
    "organization",
    "managers",
    "customers",
    "deposits",
    "loans",
    "appraisal",
    "desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "organization.middleware.SessionMiddleware",
    "organization.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organization.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organization.middleware.ActorMiddleware",
    "common.middleware.MonthInPathMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "desk.context_processors.frame",
            ],
        },
    },
]


def _database(url: str) -> dict[str, object]:
    """One alias: explicit transactions (actions are atomic), a health check for connections that a restart has cut."""
    return {
        **dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True),
        "OPTIONS": {"options": "-c statement_timeout=0 -c lock_timeout=10000"},
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }


# `default` is the plain application role, `owner` owns the tables and only migrates (architecture.md, Database).
if ENVIRONMENT.database_url:
    _app_url, _owner_url = ENVIRONMENT.database_url, ENVIRONMENT.database_owner_url or ENVIRONMENT.database_url
else:
    _server = private_server(DATA_DIR)
    _app_url, _owner_url = _server.url(role="app"), _server.url(role="owner")
DATABASES = {"default": _database(_app_url), "owner": _database(_owner_url)}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organization.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "organization:sign_in"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "organization:sign_in"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# On the loopback address alone plain HTTP serves; an installation that others reach names its hosts and has TLS.
BEHIND_TLS = not set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = ENVIRONMENT.language_code
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("vendor/bootstrap-icons", NODE_MODULES / "bootstrap-icons" / "font"),
    ("vendor/uplot", NODE_MODULES / "uplot" / "dist"),
]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "tables/table.html"

# Jobs. The job row is the truth and the broker only a bell (architecture.md, Jobs).
CELERY_BROKER_URL = ENVIRONMENT.broker_url or "filesystem://localhost"
if ENVIRONMENT.broker_url is None:
    _queue = DATA_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # A page that rings is not kept waiting by a broker that is away: it asks once and leaves it to the sweep.
        "socket_timeout": 3,
        "socket_connect_timeout": 3,
        "max_retries": 0,
        "visibility_timeout": 3600,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 3
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sweep jobs": {"task": "organization.sweep_jobs", "schedule": 15.0},
    "turn of the day": {"task": "managers.turn_of_day", "schedule": 3600.0},
}
JOB_HEARTBEAT_SECONDS = 5
JOB_DEAD_AFTER_SECONDS = 30

# What the ground floor calls without knowing: the import kinds of every app, in the order in which a folder is read.
IMPORT_KINDS = [
    "organization.imports.Branches",
    "organization.imports.Employees",
    "managers.imports.Appointments",
    "managers.imports.Targets",
    "managers.imports.MonthlyCosts",
    "managers.imports.ConductEntries",
    "customers.imports.Customers",
    "deposits.imports.DepositAccounts",
    "deposits.imports.DepositTransactions",
    "deposits.imports.DepositDailyBalances",
    "deposits.imports.DepositBalances",
    "deposits.imports.Attributions",
    # After the attributions that people name: only what comes later is attributed by itself.
    "customers.imports.CustomerAssignments",
    "deposits.imports.ControlTotals",
    "loans.imports.Loans",
    "loans.imports.LoanSchedule",
    "loans.imports.Repayments",
]

# Lists that a worker can write into a file, by what they are lists of; longer ones than this do not keep a person waiting.
LISTS = {
    "organization.Branch": "organization.tables.BRANCHES",
    "organization.Employee": "organization.tables.EMPLOYEES",
    "customers.Customer": "customers.tables.customers.CUSTOMERS",
    "customers.Assignment": "customers.tables.assignments.ASSIGNMENTS",
    "customers.ServiceProduct": "customers.tables.products.PRODUCTS",
    "customers.Sale": "customers.tables.sales.SALES",
    "customers.ServiceRequest": "customers.tables.requests.REQUESTS",
    "customers.MarketInformation": "customers.tables.information.INFORMATION",
    "customers.Visit": "customers.tables.visits.VISITS",
    "customers.Prospect": "customers.tables.prospects.PROSPECTS",
    "deposits.DepositAccount": "deposits.tables.ACCOUNTS",
    "deposits.Attribution": "deposits.tables.NEW_ACCOUNTS",
    "loans.Loan": "loans.tables.LOANS",
    "managers.Application": "managers.tables.applications.APPLICATIONS",
    "managers.Call": "managers.tables.applications.CALLS",
    "managers.Contract": "managers.tables.contracts.CONTRACTS",
    "managers.Plan": "managers.tables.plans.PLANS",
    "managers.Session": "managers.tables.sessions.SESSIONS",
    "managers.Inspection": "managers.tables.inspections.INSPECTIONS",
    "managers.Honour": "managers.tables.records.HONOURS",
    "managers.Penalty": "managers.tables.records.PENALTIES",
    "managers.AuthorisationLetter": "managers.tables.records.LETTERS",
    "customers.DossierReview": "customers.tables.reviews.REVIEWS",
    "managers.WorkReport": "managers.tables.reports.REPORTS",
}
EXPORT_ROWS_AT_ONCE = 20_000

# Which customers a manager serves, by assignment and as the ledgers say: functions from an actor to a queryset of customer
# ids.
CUSTOMERS_SERVED_BY = [
    "customers.queries.customers.customers_assigned_to",
    "deposits.queries.accounts.customers_served_by",
    "loans.queries.customers_served_by",
]

# What a customer has with us in each ledger, looked at before one is put aside or merged: functions from a customer to
# (what, how many, how many open). And what moves in each when two customers are merged, inside that transaction.
CUSTOMER_BUSINESS = ["deposits.queries.customers.business_of", "loans.queries.business_of"]
CUSTOMER_MERGES = ["deposits.actions.merges.move_accounts", "loans.actions.move_loans"]

# What follows from a file that is applied, by its kind, in the same transaction: functions with the actor and the batch.
FOLLOWS_BATCH = {"deposit_accounts": "deposits.actions.new_accounts.attribute_new_accounts"}

# Who is a borrower on a day, said by the loan ledger: from a day to a queryset of rows with a `customer`.
BORROWERS = "loans.queries.borrowers"

# What contracts draw from the appraisal above them: the indicators that the scheme of a target kind scores in a month, and
# what a manager reached in one, from which a baseline is agreed.
SCORED_INDICATORS = "appraisal.queries.contracts.scored_indicators"
REACHED_IN_MONTH = "appraisal.queries.contracts.reached_in_month"

# What managers did in a period, for their work reports, said by the floors above: functions from a person's id, the first and
# the last day to what was done (managers.rules.reports.WorkDone).
WORK_DONE = ["customers.queries.work.work_of"]

# Limits of a file that comes in (formats.md, Common rules).
IMPORT_MAX_BYTES = 512 * 1024 * 1024
IMPORT_MAX_UNPACKED_BYTES = 4 * 1024 * 1024 * 1024
IMPORT_MAX_ROWS = 5_000_000
IMPORT_MAX_COLUMNS = 200
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# Figures of the regulation that a contract or a branch may replace (arithmetic.md, Targets; regulation.md).
DEFAULT_TARGET_AVERAGE_FEN = 700_000_00
DEFAULT_TARGET_ACCUMULATED_FEN_DAYS = 15_000_000_00
GUARANTEE_LIMIT_FEN = 50_000_00
DEVIATION_ALERT_BP = 400
# What a branch decides by itself, with the regulation's figures as defaults.
POLICIES = {
    "runs_scheme": PolicyKind(_("account-manager system switched on"), 0, 0, 1, "", "4", ("supervisor",)),
    "headcount_ratio_percent": PolicyKind(_("account managers of all employees"), 10, 1, 100, "%", "5"),
    "minimum_service_years": PolicyKind(_("years in credit-cooperative work"), 3, 0, 40, _("years"), "6"),
    "minimum_age": PolicyKind(_("least age"), 18, 18, 60, _("years"), "6"),
    "maximum_age": PolicyKind(_("greatest age"), 60, 18, 70, _("years"), "6"),
    "recommendations_required": PolicyKind(_("confirmed recommendations of colleagues"), 2, 1, 20, "", "7"),
    "assessors_required": PolicyKind(_("assessors of a candidate"), 2, 1, 20, "", "6"),
    "least_mean_mark_hundredths": PolicyKind(_("least mean mark of a criterion"), 300, 100, 500, "1/100", "6"),
    "exam_weight_percent": PolicyKind(_("weight of the written exam"), 0, 0, 100, "%", "6"),
    "performance_weight_percent": PolicyKind(_("weight of past performance"), 0, 0, 100, "%", "6"),
    "skill_weight_percent": PolicyKind(_("weight of the skill test"), 0, 0, 100, "%", "6"),
    "peer_review_weight_percent": PolicyKind(_("weight of the peer review"), 0, 0, 100, "%", "6"),
    "peer_votes_required": PolicyKind(_("votes of a peer review"), 5, 3, 1000, "", "6"),
    "notice_working_days": PolicyKind(_("public notice"), 5, 1, 60, _("working days"), "7"),
    "term_years": PolicyKind(_("term of an appointment"), 2, 1, 10, _("years"), "3"),
    "expiry_warning_days": PolicyKind(_("warning before a term or contract ends"), 60, 1, 365, _("days"), "11"),
    "inspection_months": PolicyKind(_("months between inspections"), 3, 1, 24, _("months"), "14"),
    "training_hours_a_year": PolicyKind(_("hours of training a year"), 24, 0, 1000, _("hours"), "14"),
    "weekly_reports": PolicyKind(_("weekly reports are due"), 0, 0, 1, "", "9(8)"),
    "monthly_reports": PolicyKind(_("monthly reports are due"), 1, 0, 1, "", "9(8)"),
    "report_due_working_days": PolicyKind(_("working days after which a report is late"), 3, 0, 30, _("days"), "9(8)"),
    "late_report_points_hundredths": PolicyKind(_("points proposed for a late report"), 50, 0, 2000, "1/100", "18"),
    "dossier_review_months": PolicyKind(_("months between reviews of a dossier"), 12, 1, 60, _("months"), "9(6)"),
    "dossier_review_months_borrower": PolicyKind(
        _("months between reviews of a borrower’s dossier"), 6, 1, 60, _("months"), "9(6)"
    ),
    "request_answer_working_days": PolicyKind(
        _("working days to answer a service request"), 3, 0, 60, _("days"), "9(4)"
    ),
}
# From which points of an overall result on which grade (half-open bands), and the marks that a peer review offers.
ASSESSMENT_BANDS = ((90, "excellent"), (80, "good"), (70, "fair"), (60, "sufficient"), (0, "insufficient"))
PEER_REVIEW_MARKS = (("excellent", 95), ("good", 85), ("fair", 75), ("sufficient", 65), ("insufficient", 50))
# Whose public holidays and shifted working days the calendars start from.
HOLIDAY_COUNTRY = "CN"
# Documents that belong to something: résumés, signed contracts, photographs.
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
# Who reads market information where nobody is named, by kind: the holder of this role at the branch or the nearest above.
INFORMATION_READERS = {
    "government": "director",
    "industry": "director",
    "customer": "director",
    "competitor": "director",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
