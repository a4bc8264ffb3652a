"""Who is in the world: one file per kind, with its record and the Mesa agent that reads it."""
