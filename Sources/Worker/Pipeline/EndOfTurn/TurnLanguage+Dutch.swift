extension TurnLanguage {
    /// Dutch.
    static let dutch = TurnLanguage(
        code: "nl",
        open: """
            de, het, een, 't, mijn, jouw, uw, zijn, haar, ons, onze, hun, elke, elk, deze, die, dit, en, of, maar,
            omdat, want, dat, als, toen, terwijl, hoewel, voordat, nadat, zodra, tenzij, van, tot, voor, tussen,
            zonder, tegen, tijdens, volgens, ik, we, wij, jij, zij, heel, erg, ik wil, ik zou, ik wil graag, ik heb,
            kun je, kunt u, zou je, zou u, nummer is, naam is, adres is
            """,
        leaning: """
            in, op, met, bij, naar, aan, uit, om, over, onder, door, sinds, te, is, was, ben, bent, waren, heeft, heb,
            hebben, had, wordt, worden, kan, kunnen, zal, zou, moet, mag, wil, niet, ook, nog, dus, hij, ze, je, er,
            geen, meer, waar, wat, hoe
            """,
        fillers: """
            eh, ehm, uh, uhm, euh, hm, hmm, nou, nou ja, zeg maar, even kijken, even denken, momentje, een momentje,
            een moment, wacht, wacht even, hoe zeg je dat
            """,
        answers: """
            ja, nee, jawel, prima, goed, oké, oke, ok, okay, klopt, precies, zeker, natuurlijk, graag, ja graag,
            nee bedankt, nee dank je, nee dank u, bedankt, dank je, dank je wel, dank u, dank u wel, alsjeblieft,
            alstublieft, misschien, stop, dag, doei, tot ziens, hallo, goedemorgen, goedemiddag, goedendag,
            weet ik niet, ik weet het niet, geen idee, dat is alles, dat was het, dat klopt, nog niet, niet echt,
            perfect, hoe gaat het, en u, en jij
            """,
        questionWords: """
            wat, wie, wanneer, waar, waarom, waarheen, waarvoor, hoe, hoeveel, welke, welk, hoelang, en wat, en hoe,
            en wanneer, en waar
            """,
        questionVerbs: """
            is, zijn, ben, bent, was, heeft, heb, hebben, heb je, kan, kun, kunt, kunnen, kun je, zal, zou, wil, wilt,
            moet, mag, gaat, ga, weet, is er, zijn er
            """,
        tags: "toch, hè, of niet, klopt dat, niet waar, oké, ja",
        subordinators: "als, wanneer, omdat, hoewel, toen, terwijl, zodra, voordat, nadat, tenzij, doordat",
        digits: "nul, een, één, twee, drie, vier, vijf, zes, zeven, acht, negen, dubbel")
}
