-- A control's branch is its account's.
ALTER TABLE deposits_balancecontrol ADD CONSTRAINT control_account_and_branch
    FOREIGN KEY (account_id, branch_id) REFERENCES deposits_depositaccount (id, branch_id);
