"""Language models: the contract, the OpenAI-compatible client, the scripted model, budgets and the call log."""
