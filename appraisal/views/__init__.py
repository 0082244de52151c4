"""The pages of the appraisal, by idea: months, cards and what made them, targets, workbooks."""
