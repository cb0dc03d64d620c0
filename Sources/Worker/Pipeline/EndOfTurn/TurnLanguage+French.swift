extension TurnLanguage {
    /// French.
    static let french = TurnLanguage(
        code: "fr",
        open: """
            le, la, les, l', un, une, des, du, de, d', au, aux, mon, ma, mes, ton, ta, tes, son, sa, ses, notre, nos,
            votre, vos, leur, leurs, ce, cet, cette, ces, c', chaque, quelques, et, ou, mais, donc, car, parce que,
            parce, que, qu', qui, dont, si, quand, lorsque, puisque, comme, à, en, dans, sur, sous, vers, chez, sans,
            entre, pendant, je, j', tu, il, elle, on, nous, ils, elles, ne, n', très, je voudrais, je veux,
            j'aimerais, est-ce que, est-ce qu', pouvez-vous, pourriez-vous, peux-tu, il y a, numéro             est,
            nom est
            """,
        leaning: """
            pour, avec, par, avant, après, depuis, contre, est, sont, suis, es, était, été, ai, as, a, ont, avons,
            avez, peut, peux, dois, doit, faut, va, vais, veux, voudrais, où, quoi, quel, quelle, plus, moins, aussi,
            bien, pas, c'est, y, se, me, te
            """,
        fillers: """
            euh, heu, hum, hmm, ben, bah, alors, enfin, voyons, attendez, attends, un instant, une seconde,
            un moment, comment dire, je veux dire, tu vois, vous voyez, du coup
            """,
        answers: """
            oui, non, ouais, d'accord, ok, okay, bien sûr, exactement, exact, tout à fait, voilà, merci, non merci,
            merci beaucoup, oui merci, s'il vous plaît, s'il te plaît, oui s'il vous plaît, peut-être, stop, arrêtez,
            au revoir, bonjour, bonsoir, salut, je ne sais pas, je sais pas, aucune idée, c'est tout, c'est bon,
            c'est ça, ça va, parfait, très bien, pas vraiment, pas encore, pas du tout, je pense que oui,
            je crois que oui, et vous, et toi, comment ça va, mhm
            """,
        questionWords: """
            qui, que, qu'est-ce, quoi, quand, où, comment, pourquoi, combien, quel, quelle, quels, quelles, lequel,
            est-ce, est-ce que, qu'est-ce que, et quand, et comment
            """,
        questionVerbs: """
            est-il, est-elle, peut-on, peux-tu, pouvez-vous, pourriez-vous, avez-vous, as-tu, êtes-vous, es-tu,
            voulez-vous, veux-tu, savez-vous, sais-tu, y a-t-il, faut-il, dois-je, puis-je
            """,
        tags: "n'est-ce pas, non, hein, d'accord, pas vrai, c'est ça, ou pas, ou non",
        subordinators: """
            si, quand, lorsque, parce que, comme, puisque, avant que, après que, pendant que, dès que, bien que
            """,
        digits: "zéro, un, une, deux, trois, quatre, cinq, six, sept, huit, neuf, double")
}
