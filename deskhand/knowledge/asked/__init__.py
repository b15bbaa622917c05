"""Asked questions: what customers ask in their own words, each with the place in an article that answers it, or with
none. They are files below `knowledge/asked/`; docs/knowledge.md is for those who write them."""
