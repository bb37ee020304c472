"""Amazon ECS inside LocalStack: a truthful simulation on a virtual clock.

The simulation itself (`world`, `scheduler`, `task_life`, …) knows neither HTTP nor LocalStack;
`operations` puts the ECS API in front of it; `plugin`, `provider` and `hooks` fit it into the
LocalStack runtime.
"""
