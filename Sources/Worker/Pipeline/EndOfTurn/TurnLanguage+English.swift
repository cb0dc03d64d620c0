extension TurnLanguage {
    /// English.
    static let english = TurnLanguage(
        code: "en",
        open: """
            a, an, the, my, your, our, their, his, every, and, or, but, because, cause, if, when, while, although,
            unless, until, whether, than, as, of, to, into, onto, between, without, during, against, towards, via,
            per, i, he, she, we, they, which, whose, very, quite, i'm, you're, we're, they're, i've, we've, i'd, i'll,
            we'll, you'll, let's, would like, i mean, give me, tell me, show me, send me, can you, could you,
            you please, i want, i need, going to, want to, kind of, sort of, number is, name is, address is, email is
            """,
        leaning: """
            for, with, from, by, at, about, in, on, over, through, under, that, what, who, where, how, is, are, was,
            were, am, be, been, will, would, can, could, should, must, may, might, have, has, had, do, does, did, not,
            don't, it's, that's, there's, so, well, like, just, also, want, need, let, get, some, any, more, or something
            """,
        fillers: """
            um, umm, uh, uhm, uhh, er, erm, eh, hm, hmm, mm, you know, let me see, let me think, let's see,
            hold on, one second, one moment, just a second, just a moment, give me a second, give me a moment
            """,
        answers: """
            yes, yeah, yep, yup, no, nope, nah, sure, okay, ok, alright, all right, right, correct, exactly,
            absolutely, definitely, maybe, of course, i think so, i don't think so, i guess so, i hope so, i hope not,
            thanks, thank you, no thanks, no thank you, yes please, that's it, that's all, that's right, sounds good,
            go ahead, stop, wait, cancel, goodbye, bye, hello, good morning, i don't know, i do, i am, i can, i will,
            i did, yes i do, yes i am, yes i can, yes it is, no i'm not, no i don't, it is, not really, not yet,
            never mind, got it, i see, perfect, great, cool, mm-hmm, uh-huh, yes that's right, yes that's correct,
            that's correct, how are you, what about you, and you, thank you very much, thanks a lot, not at all
            """,
        questionWords: """
            what, who, whom, whose, which, when, where, why, how, what's, who's, where's, when's, how's, and what,
            and how, and when, and where, so what, so how
            """,
        questionVerbs: """
            is, are, am, was, were, do, does, did, can, could, will, would, shall, should, may, have, has, had, isn't,
            aren't, don't, doesn't, didn't, can't, couldn't, won't, wouldn't
            """,
        tags: """
            right, okay, correct, huh, isn't it, aren't you, aren't they, don't you, doesn't it, won't you, can't you,
            didn't you, is it, are you, do you, will you, or not
            """,
        subordinators: """
            if, when, while, although, though, because, since, unless, after, before, once, whenever, as soon as
            """,
        digits: "zero, oh, o, one, two, three, four, five, six, seven, eight, nine, double, triple")
}
