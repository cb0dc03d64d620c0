extension TurnLanguage {
    /// Spanish.
    static let spanish = TurnLanguage(
        code: "es",
        open: """
            el, la, los, las, un, una, unos, unas, lo, mi, mis, tu, tus, su, sus, nuestro, nuestra, cada, este, esta,
            ese, esa, y, e, o, u, pero, porque, aunque, que, si, cuando, mientras, como, de, del, a, al, en, con, por,
            para, sin, entre, desde, hasta, hacia, sobre, yo, muy, quiero, necesito, quisiera, me gustaría, puedes,
            podría, podrías, tengo que, voy a, número es, nombre es
            """,
        leaning: """
            es, son, soy, era, fue, está, están, estoy, ser, ha, he, han, hay, puede, puedo, debe, debo, tiene, tengo,
            va, voy, se, me, te, le, les, nos, más, menos, también, donde, quien, cual, ya, él, ella, nosotros, ellos
            """,
        fillers: """
            eh, em, este, ehm, mmm, hmm, pues, o sea, a ver, digamos, es que, un momento, un segundo, espera,
            espere, déjame ver, déjame pensar, cómo se dice
            """,
        answers: """
            sí, si, no, claro, claro que sí, vale, bueno, de acuerdo, okay, ok, exacto, exactamente, correcto,
            por supuesto, gracias, no gracias, muchas gracias, sí gracias, sí por favor, por favor, quizás, tal vez,
            adiós, hola, buenos días, buenas tardes, no sé, no lo sé, creo que sí, creo que no, eso es todo, nada más,
            está bien, muy bien, perfecto, así es, todavía no, detente, cancela, y usted, y tú, cómo estás, cómo está
            """,
        questionWords: """
            qué, quién, quiénes, cuándo, dónde, adónde, cómo, cuál, cuáles, cuánto, cuánta, cuántos, cuántas, por qué,
            para qué, a qué, de qué, en qué, con quién, y qué, y cómo, y cuándo
            """,
        questionVerbs: "puedes, puede, podrías, podría, tienes, tiene, hay, sabes, sabe, quieres, quiere, estás, eres",
        tags: "verdad, no, cierto, vale, no es así, o no, eh, sí o no",
        subordinators: "si, cuando, porque, aunque, mientras, como, después de que, antes de que, para que",
        digits: "cero, uno, una, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, doble")
}
