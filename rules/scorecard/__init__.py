"""The scorecard: figures become scores, scores a total, the total a grade, the grade consequences."""
