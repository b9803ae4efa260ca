voter_id;vote
1;a
