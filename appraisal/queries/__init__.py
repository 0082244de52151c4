"""What the appraisal is asked, a file an idea."""
