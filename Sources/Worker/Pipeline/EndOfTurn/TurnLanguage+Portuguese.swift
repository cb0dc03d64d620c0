extension TurnLanguage {
    /// Portuguese.
    static let portuguese = TurnLanguage(
        code: "pt",
        open: """
            o, a, os, as, um, uma, uns, umas, do, da, dos, das, no, na, nos, nas, num, numa, ao, aos, à, às, pelo,
            pela, meu, minha, meus, minhas, seu, sua, seus, suas, nosso, nossa, cada, este, esta, esse, essa, e, ou,
            mas, porque, embora, que, se, quando, enquanto, como, de, em, com, por, para, pra, sem, entre, desde, até,
            sobre, eu, nós, muito, quero, preciso, preciso de, gostaria de, queria, pode, poderia, tenho que, vou,
            número é, nome é
            """,
        leaning: """
            é, são, sou, era, foi, está, estão, estou, ser, tem, tenho, têm, há, posso, deve, devo, vai, me, te, lhe,
            não, mais, menos, também, onde, quem, qual, já, ele, ela, eles, você, vocês, depois, antes
            """,
        fillers: """
            hum, hmm, ãh, ahn, eh, tipo, então, quer dizer, ou seja, deixa eu ver, deixa ver,
            deixe-me ver, um momento, um segundo, espera, espere, como se diz
            """,
        answers: """
            sim, não, claro, com certeza, certo, tá, tá bom, está bem, okay, ok, isso, exato, exatamente, obrigado,
            obrigada, não obrigado, não obrigada, muito obrigado, muito obrigada, sim por favor, por favor, talvez,
            tchau, adeus, oi, olá, bom dia, boa tarde, boa noite, não sei, acho que sim, acho que não, é só isso,
            só isso, mais nada, perfeito, tudo bem, ainda não, pare, cancela, e você, e o senhor
            """,
        questionWords: """
            o que, que, quem, quando, onde, aonde, como, qual, quais, quanto, quanta, quantos, quantas, por que,
            porque, pra que, para que, de que, com quem, e como, e quando
            """,
        questionVerbs: """
            pode, podes, poderia, tem, tens, há, sabe, sabes, quer, queres, está, é, você pode, você sabe, você tem
            """,
        tags: "né, não é, certo, tá, verdade, não, ou não, sim ou não, viu",
        subordinators: "se, quando, porque, embora, enquanto, como, depois que, antes que, assim que, para que",
        digits: "zero, um, uma, dois, duas, três, quatro, cinco, seis, meia, sete, oito, nove, duplo")
}
