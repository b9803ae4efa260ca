META
key;value
description;Participatory budget of an invented town (not real ballots)
country;Denmark
unit;Example
instance;2024
num_projects;12
num_votes;60
budget;400000
vote_type;approval
rule;equalshares/add1
min_length;1
max_length;4
date_begin;2024
date_end;2024
language;en
currency;DKK
experimental;1
comment;"#1: Projects, voters and ballots are made up; try `samskab budget` on them."
PROJECTS
project_id;cost;category;name
1;45000;public space;Benches along the stream
2;38000;environment,culture;Repair café at the library
3;120000;roads;Night lights for the school path
4;210000;public space;Playground for all ages
5;30000;culture;Choir and stage in the park
6;52500.5;environment;Shared tool shed
7;24000;health;Toddlers' afternoon
8;180000;sport;Football pitch, new surface
9;36000;health;Visitors for people who live alone
10;15000;environment;Wild flowers on verges
11;98000;culture;Youth house, evenings
12;75000;sport;Boat ramp
VOTES
voter_id;age;sex;neighborhood;vote
1;55;F;Village;1
2;82;F;Harbour;1,6,7,8
3;27;F;North;1,3,4,8
4;67;F;North;2,4,8,9
5;38;F;North;5,6,7,8
6;55;F;Village;4,8,9
7;42;F;Harbour;4,5,7,8
8;23;F;Village;3,10
9;74;F;North;9
10;55;F;Harbour;1,2,7,11
11;46;F;North;8
12;51;M;Village;4,8,10
13;70;F;North;1,3,4,9
14;74;F;North;1,4,5
15;82;F;Village;3,4,9
16;23;F;North;1,9
17;35;F;Harbour;2
18;82;F;Harbour;8,9
19;19;F;Village;2,6,8
20;19;F;North;2,7
21;19;F;North;1,2,3,5
22;38;M;Village;7,11
23;59;F;North;10
24;70;F;Village;1,3,4
25;35;M;North;6,11
26;31;M;North;1,4,8,9
27;78;F;North;4,8,9
28;42;M;North;8,9
29;42;F;Village;8,9,12
30;74;F;North;4,6,11,12
31;42;F;North;3,7,10
32;16;F;Harbour;11
33;27;F;North;7,8,11
34;23;M;Village;6,10,11
35;35;F;North;5,7
36;31;M;Village;1,2,6
37;27;M;North;3,11,12
38;16;F;North;4,8,11
39;82;F;North;10
40;59;F;Village;2,5,9,10
41;16;F;North;8,10
42;82;F;Harbour;1,8,9,11
43;38;F;North;5
44;82;F;North;4,8,11
45;38;M;Harbour;3,7,11
46;78;F;North;1,3,5
47;23;F;Harbour;12
48;31;M;Harbour;2,3
49;70;F;North;2,3,9
50;67;M;Village;1,4,5
51;59;F;Harbour;4,6,7,9
52;51;M;North;12
53;42;F;North;3,9,11
54;67;M;Harbour;2,9,12
55;55;F;Harbour;11
56;35;F;North;7,9,11
57;23;M;North;4
58;27;F;North;7,11,12
59;31;F;North;11
60;46;F;North;7,11
