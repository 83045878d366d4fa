# What several screens say.

# Between two names of a list, as in "name, pid". Quoted, because white space at
# an edge would be lost.
words-separator = { ", " }

# Labels. What they label stands to their right; eight letters keep the screens
# narrow, longer ones move the values of their block.
words-task = task
words-file = file
words-chapter = chapter
words-hint = hint
words-missing = missing
words-remedy = remedy

# Above the last lines a program wrote.
words-wrote-at-last = It wrote at last:
