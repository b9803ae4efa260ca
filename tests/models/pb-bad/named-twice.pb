META
key;value
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name;selected
a;60;Pond;1
b;50;Path;0
VOTES
voter_id;age;sex;vote
1;30;F;a,b
2;;M;a
3;40;F;a, b,a
