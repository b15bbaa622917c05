"""What customers ask that nobody wrote, or that was written and did not help: what a writer should write next."""

from deskhand.knowledge.gaps.finding import Gap, NearArticle, Standing, find_gaps, gap_with

__all__ = ["Gap", "NearArticle", "Standing", "find_gaps", "gap_with"]
