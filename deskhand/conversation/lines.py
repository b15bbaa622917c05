"""What customers are told by the product itself, wherever it is done."""

BACK_WITH_ASSISTANT = "You are talking to the AI assistant again."
THANKS_FOR_HIGH_RATING = "Thank you for your rating. We are glad that we could help."
THANKS_FOR_LOW_RATING = (
    "Thank you for telling us. If something is still open, just write here, and our team takes it up again."
)
ASK_FOR_RATING = "How did we do? Please rate the help you got, from 1 to 5 stars."
STILL_THERE = (
    "Are you still there? We have not heard from you since our last answer. If nothing is open any more, "
    "there is nothing to do: we will close this conversation. Otherwise just write here."
)
