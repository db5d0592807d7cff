DROP TABLE journal_head_ends;
DROP TABLE journal_heads;
