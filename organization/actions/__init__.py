"""Every change of state on the ground floor, by idea: the trail, months, jobs, files, people and roles."""
