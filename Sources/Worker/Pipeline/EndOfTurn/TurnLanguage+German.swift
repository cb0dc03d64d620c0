extension TurnLanguage {
    /// German.
    static let german = TurnLanguage(
        code: "de",
        open: """
            der, die, das, den, dem, des, ein, eine, einen, einem, einer, eines, mein, meine, meinen, meinem, meiner,
            dein, deine, unser, unsere, euer, ihre, ihren, seine, seinen, kein, keine, keinen, und, oder, aber, weil,
            wenn, dass, ob, als, denn, sondern, obwohl, damit, bevor, nachdem, während, sobald, falls, von, vom, zum,
            zur, im, am, ins, beim, für, ohne, gegen, zwischen, wegen, ich, wir, sehr, jede, jeder, jedes, diese,
            dieser, diesen, welche, welcher, ich möchte, ich will, ich hätte gern, können sie, könnten sie, kannst du,
            ich brauche, nummer ist, name ist, adresse ist
            """,
        leaning: """
            in, mit, bei, nach, auf, an, aus, zu, um, über, unter, vor, durch, bis, seit, er, man, ist, sind, war,
            waren, bin, hat, habe, haben, hatte, wird, werden, wurde, kann, könnte, soll, sollte, muss, möchte, will,
            nicht, auch, noch, nur, so, also, dann, wo, wie, was
            """,
        fillers: """
            äh, ähm, öh, öhm, hm, hmm, mh, tja, na ja, naja, also, sozusagen, moment, einen moment, kleinen moment,
            warte, warten sie, mal sehen, mal überlegen, lass mich überlegen, wie soll ich sagen
            """,
        answers: """
            ja, nein, nö, doch, jawohl, genau, richtig, okay, ok, klar, natürlich, gern, gerne, vielleicht, danke,
            vielen dank, nein danke, ja bitte, ja gerne, ja genau, bitte, stopp, halt, tschüss, auf wiedersehen,
            hallo, guten tag, guten morgen, weiß ich nicht, ich weiß nicht, keine ahnung, das ist alles, das war's,
            das stimmt, stimmt, passt, perfekt, super, alles klar, in ordnung, noch nicht, nicht wirklich, mhm,
            wie geht's, und ihnen, und dir
            """,
        questionWords: """
            was, wer, wen, wem, wessen, wann, wo, wohin, woher, warum, wieso, weshalb, wie, welche, welcher, welches,
            wie viel, wie viele, und was, und wie, und wann, und wo
            """,
        questionVerbs: """
            ist, sind, bin, bist, war, waren, hat, habe, haben, hast, kann, kannst, können, könnte, könnten,
            könnten sie, wird, werden, willst, wollen, möchten, soll, sollen, darf, dürfen, muss, müssen, gibt, geht,
            haben sie, machst, weißt, wissen
            """,
        tags: "oder, oder nicht, nicht wahr, richtig, ne, gell, stimmt's, ja, okay, verstanden",
        subordinators: "wenn, weil, obwohl, als, falls, sobald, nachdem, bevor, während, da, damit, ob, dass",
        digits: "null, eins, ein, zwei, zwo, drei, vier, fünf, sechs, sieben, acht, neun, doppel")
}
