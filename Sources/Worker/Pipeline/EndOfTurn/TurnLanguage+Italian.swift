extension TurnLanguage {
    /// Italian.
    static let italian = TurnLanguage(
        code: "it",
        open: """
            il, lo, la, i, gli, le, l', un, uno, una, un', del, dello, della, dei, degli, delle, al, allo, alla, ai,
            agli, alle, dal, dalla, nel, nella, nei, sul, sulla, mio, mia, miei, mie, tuo, tua, suo, sua, nostro,
            nostra, ogni, questo, questa, quel, quella, e, ed, o, ma, perché, anche se, che, se, quando, mentre, come,
            di, d', a, ad, da, in, con, per, tra, fra, senza, verso, io, molto, voglio, vorrei, ho bisogno di,
            mi piacerebbe, puoi, può, potrebbe, potresti, devo, numero è, nome è, c'è, ci sono
            """,
        leaning: """
            su, sono, sei, è, era, ha, hai, hanno, ho, abbiamo, sta, sto, deve, va, vado, si, mi, ti, ci, vi, ne, non,
            più, meno, anche, dove, chi, quale, lui, lei, noi, loro, essere, avere, dopo, prima
            """,
        fillers: """
            eh, ehm, mah, boh, hmm, mmm, cioè, allora, dunque, insomma, ecco, diciamo, vediamo, un momento, un attimo,
            un secondo, aspetta, aspetti, fammi pensare, come si dice
            """,
        answers: """
            sì, si, no, certo, certamente, va bene, okay, ok, d'accordo, esatto, esattamente, giusto, grazie,
            no grazie, grazie mille, sì grazie, per favore, sì per favore, forse, ciao, arrivederci, buongiorno,
            buonasera, pronto, non lo so, non so, penso di sì, credo di sì, è tutto, basta, basta così, nient'altro,
            perfetto, benissimo, tutto bene, non ancora, ferma, fermati, annulla, come stai, come sta, e lei, e tu
            """,
        questionWords: """
            che, che cosa, cosa, chi, quando, dove, dov'è, come, com'è, perché, quale, quali, qual, quanto, quanta,
            quanti, quante, a che, di che, con chi, e come, e quando
            """,
        questionVerbs: """
            puoi, può, potresti, potrebbe, hai, ha, avete, sai, sa, vuoi, vuole, c'è, ci sono, posso, devo
            """,
        tags: "vero, no, giusto, non è vero, va bene, okay, eh, o no",
        subordinators: "se, quando, perché, mentre, siccome, dopo che, prima che, appena, anche se",
        digits: "zero, uno, una, due, tre, quattro, cinque, sei, sette, otto, nove, doppio")
}
