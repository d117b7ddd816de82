"""How things are judged: exact numbers, expressions and scorecards; pure, standard library only."""
