"""The business's customers, orders, returns, appointments and subscriptions, behind one port."""
