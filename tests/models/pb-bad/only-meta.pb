META
key;value
budget;100
vote_type;approval
rule;greedy
