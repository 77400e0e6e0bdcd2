package main

func (c *command) baseline(args []string) int { return c.misused([]string{"gate"}) }
