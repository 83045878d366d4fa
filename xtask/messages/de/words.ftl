# Was mehrere Befehle sagen.

words-separator = { ", " }

words-task = Aufgabe
words-file = Datei
words-chapter = Kapitel
words-hint = Hinweis
words-missing = fehlt
words-remedy = Abhilfe

words-wrote-at-last = Zuletzt schrieb es:
