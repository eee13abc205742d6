"""Reading citizens' Portuguese: menu answers, money, places, intents; and the Rasa components on top of them."""
