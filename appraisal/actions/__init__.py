"""Every change of the appraisal, by idea: scoring a branch's month, and the month's way from open to closed."""
