extension InterruptionWords {
    /// Words and phrases of one language, parted by commas.
    struct Vocabulary: Sendable {
        /// These stop an answer, also alone.
        var stops: String
        /// These show that somebody listens.
        var backchannels: String

        /// Sounds that mean the same in every language.
        static let universal = Vocabulary(
            stops: "stop",
            backchannels: """
                m, mm, mhm, mmhm, mmhmm, mm-hmm, hm, hmm, hum, uh, uhh, uh-huh, uhhuh, uhuh, huh, um, uhm, uhum, ah, aah, \
                aha, ahh, aham, eh, er, erm, oh, ooh, ohh, ok, okay, okey, wow
                """)

        /// By ISO 639-1.
        static let byLanguage = [
            "en": Vocabulary(
                stops: """
                    stop, stop it, wait, wait a minute, wait a second, no, nope, nah, hold on, hold up, hang on, halt, pause, \
                    quiet, be quiet, shut up, cancel, enough, that's enough, never mind, hey, listen, excuse me, one moment, \
                    just a moment, one second, just a second, one sec
                    """,
                backchannels: """
                    yes, yeah, yea, yep, yup, ya, yah, okay, alright, all right, right, sure, sure thing, fine, good, great, \
                    nice, cool, perfect, exactly, indeed, true, correct, absolutely, definitely, of course, i see, got it, \
                    i got it, gotcha, i understand, understood, makes sense, that makes sense, go on, go ahead, really, \
                    interesting, thanks, thank you
                    """),
            "de": Vocabulary(
                stops: """
                    stopp, halt, warte, warte mal, warten sie, moment, moment mal, einen moment, einen augenblick, nein, nee, \
                    nö, ruhe, still, sei still, aufhören, hör auf, hören sie auf, genug, es reicht, abbrechen, pause, \
                    entschuldigung
                    """,
                backchannels: """
                    ja, jaja, jo, jap, jawohl, genau, gut, sehr gut, klar, na klar, alles klar, stimmt, das stimmt, richtig, \
                    ach, ach so, achso, verstehe, ich verstehe, verstanden, super, prima, toll, natürlich, sicher, eben, \
                    in ordnung, aha, danke, interessant, echt, so so, weiter
                    """),
            "fr": Vocabulary(
                stops: """
                    non, attends, attendez, arrête, arrêtez, un instant, une seconde, un moment, pause, ça suffit, assez, \
                    silence, tais-toi, taisez-vous, excusez-moi, excuse-moi, pardon, annule, annulez, minute
                    """,
                backchannels: """
                    oui, ouais, mouais, d'accord, bien, très bien, bien sûr, bon, ah bon, exact, exactement, je vois, \
                    je comprends, c'est ça, ça marche, voilà, parfait, super, merci, entendu, compris, tout à fait, euh, \
                    hein, certes, vraiment, génial
                    """),
            "es": Vocabulary(
                stops: """
                    no, para, pare, parad, alto, espera, espere, espérate, basta, ya basta, un momento, un segundo, detente, \
                    cállate, silencio, perdón, perdona, disculpa, disculpe, cancela, oye
                    """,
                backchannels: """
                    sí, vale, claro, claro que sí, bueno, bien, muy bien, de acuerdo, exacto, exactamente, entiendo, \
                    entendido, ya, ya veo, ajá, perfecto, genial, gracias, por supuesto, eso, eso es, correcto, cierto, \
                    comprendo, sigue, qué bien
                    """),
            "it": Vocabulary(
                stops: """
                    no, ferma, fermati, fermo, si fermi, aspetta, aspetti, basta, un momento, un attimo, un secondo, \
                    silenzio, zitto, zitta, scusa, scusi, alt, annulla, senti, senta
                    """,
                backchannels: """
                    sì, certo, certamente, bene, molto bene, va bene, vabbè, esatto, esattamente, giusto, capisco, capito, \
                    ho capito, perfetto, d'accordo, chiaro, ecco, già, grazie, ottimo, davvero, infatti, ah ecco, prego
                    """),
            "pt": Vocabulary(
                stops: """
                    não, para, pare, espera, espere, espera aí, chega, basta, um momento, um segundo, um instante, um minuto, \
                    calma, silêncio, cala a boca, desculpa, desculpe, cancela, cancele, peraí
                    """,
                backchannels: """
                    sim, tá, tá bom, está bem, tudo bem, certo, claro, bem, muito bem, entendo, entendi, exato, exatamente, \
                    com certeza, pois, pois é, isso, isso mesmo, perfeito, beleza, obrigado, obrigada, legal, aham, é, ótimo, \
                    compreendo, sei
                    """),
            "nl": Vocabulary(
                stops: """
                    wacht, wacht even, nee, ho, halt, een moment, een ogenblik, momentje, genoeg, stil, wees stil, hou op, \
                    houd op, ophouden, pardon, sorry, pauze, annuleer
                    """,
                backchannels: """
                    ja, ja hoor, jaja, jawel, joh, oké, goed, prima, precies, juist, klopt, dat klopt, inderdaad, snap ik, ik snap het, \
                    ik begrijp het, begrepen, natuurlijk, tuurlijk, zeker, mooi, dank je, dank u, bedankt, fijn, top, echt, \
                    ga door
                    """),
        ]
    }
}
