"""What a designer wants to know about NLU data: `deskhand nlu doctor`."""
