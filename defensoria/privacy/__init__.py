"""The life of citizens' data: how long each class is kept, what removes it, what people may ask."""
