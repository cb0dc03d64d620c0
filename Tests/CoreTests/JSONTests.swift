import Core
import Testing

@Suite("JSON")
struct JSONTests {
    @Test("reads every kind of value")
    func kinds() throws {
        let value = try JSONValue.parse(
            #" { "a" : [ null , true , false , 0 , -12 , 1.5 , -2e3 , 1E+2, "x" ] , "b" : { } , "c" : [ ] } "#)
        #expect(
            value
                == .object([
                    "a": .array([
                        .null, .bool(true), .bool(false), .integer(0), .integer(-12), .number(1.5), .number(-2000),
                        .number(100), .string("x"),
                    ]), "b": .object([:]), "c": .array([]),
                ]))
    }

    @Test(
        "reads escapes",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9""#, "é"), (#""\uD83D\uDE00""#, "😀"),
            (#""\ud83d""#, "\u{FFFD}"), (#""\udE00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\u0000""#, "\u{0}"), ("\"é😀\"", "é😀"),
            (#""12345678\n1234567""#, "12345678\n1234567"),
        ])
    func escapes(text: String, expected: String) throws {
        #expect(try JSONValue.parse(text) == .string(expected))
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            ("", JSONError.Reason.unexpectedEnd), (" ", .unexpectedEnd), ("{", .unexpectedEnd), ("[1", .unexpectedEnd),
            ("\"a", .unexpectedEnd), ("\"\\", .unexpectedEnd), ("\"\\u12", .unexpectedEnd), ("tru", .unexpectedEnd),
            ("trux", .unexpectedByte), ("[1,]", .unexpectedByte), ("{\"a\":1,}", .unexpectedByte),
            ("{a:1}", .unexpectedByte),
            ("{\"a\" 1}", .unexpectedByte), ("[1 2]", .unexpectedByte), ("1 2", .trailingBytes),
            ("{}x", .trailingBytes),
            ("01", .invalidNumber), ("-", .invalidNumber), ("1.", .invalidNumber), ("1e", .invalidNumber),
            ("+1", .unexpectedByte),
            (".5", .unexpectedByte), ("NaN", .unexpectedByte), ("'a'", .unexpectedByte), ("\"\\x\"", .invalidEscape),
            ("\"\\u12g4\"", .invalidEscape), ("\"a\nb\"", .controlCharacter), ("\"12345678\u{1}\"", .controlCharacter),
            ("\u{FEFF}{}", .unexpectedByte), ("// x\n1", .unexpectedByte),
        ])
    func refusals(text: String, reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
        #expect(error?.reason == reason)
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0x80]] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        for padding in 0..<20 {
            let text =
                [UInt8(ascii: "\"")] + Array(repeating: UInt8(ascii: "a"), count: padding) + bytes + [
                    UInt8(ascii: "\"")
                ]
            let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
            #expect(error?.reason == .invalidUTF8)
        }
    }

    @Test("finds the closing quote, a backslash and a control character at every offset of a word")
    func wordBoundaries() throws {
        for length in 0..<40 {
            let plain = String(repeating: "b", count: length)
            #expect(try JSONValue.parse("\"\(plain)\"") == .string(plain))
            #expect(try JSONValue.parse("\"\(plain)\\n\(plain)\"") == .string("\(plain)\n\(plain)"))
            #expect(try JSONValue.parse("\"\(plain)é\u{7F}\"") == .string("\(plain)é\u{7F}"))
            #expect(throws: JSONError.self) { try JSONValue.parse("\"\(plain)\u{1F}\(plain)\"") }
        }
    }

    @Test("takes the last of duplicate keys")
    func duplicates() throws {
        #expect(try JSONValue.parse(#"{"a":1,"\u0061":2,"a":3}"#) == .object(["a": .integer(3)]))
    }

    @Test("keeps whole numbers whole and large ones as decimals")
    func numbers() throws {
        #expect(try JSONValue.parse("9223372036854775807") == .integer(.max))
        #expect(try JSONValue.parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(throws: JSONError.self) { try JSONValue.parse("-1e999") }
        #expect(try JSONValue.parse("1e-999") == .number(0))
        #expect(try JSONValue.parse(String(repeating: "9", count: 300)).number?.isFinite == true)
        #expect(try JSONValue.parse("-0") == .integer(0))
        #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: "1", count: 500)) }
    }

    @Test("stops at each limit")
    func limits() {
        func reason(_ text: String, _ limits: JSONLimits) -> JSONError.Reason? {
            do throws(JSONError) {
                _ = try JSONValue.parse(text, limits: limits)
                return nil
            } catch { return error.reason }
        }
        #expect(reason("[[[1]]]", JSONLimits(depth: 3)) == nil)
        #expect(reason("[[[[1]]]]", JSONLimits(depth: 3)) == .tooDeep)
        #expect(reason("{\"a\":{\"a\":{\"a\":{}}}}", JSONLimits(depth: 3)) == .tooDeep)
        #expect(reason("[1,2]", JSONLimits(values: 3)) == nil)
        #expect(reason("[1,2,3]", JSONLimits(values: 3)) == .tooManyValues)
        #expect(reason("\"123\"", JSONLimits(bytes: 5)) == nil)
        #expect(reason("\"1234\"", JSONLimits(bytes: 5)) == .tooLong)
        #expect(reason(String(repeating: "[", count: 100_000), .standard) == .tooDeep)
    }

    @Test("writes text that reads back the same")
    func roundTrip() throws {
        let value = JSONValue.object([
            "": .null,
            "a\"\\\n\u{1}é😀/": .array([.bool(true), .integer(.min), .number(0.1), .number(1e300), .number(-1.5e-7)]),
            "b": .object(["x": .string("\u{7F}\u{2028}\u{8}\u{C}\r\t")]),
        ])
        #expect(try JSONValue.parse(value.serialized) == value)
        #expect(JSONValue.object(["b": .integer(1), "a": .number(2)]).serialized == #"{"a":2.0,"b":1}"#)
        #expect(JSONValue.string("\u{1F}\"\\").serialized == #""\u001f\"\\""#)
        #expect(JSONValue.number(.nan).serialized == "null")
    }

    @Test("knows how long a string will be", arguments: ["", "plain", "é😀", "\u{0}\u{1F}\n\t\"\\/\u{7F}\u{8}\u{C}\r"])
    func encodedLength(text: String) {
        #expect(JSONWriter.encodedLength(text) == JSONValue.string(text).serialized.utf8.count - 2)
    }

    @Test("survives every cut and random changes of a text")
    func mutations() throws {
        let text = Array(#"{"type":"a","x":[1,-2.5e3,true,null,"é\u00e9\ud83d\ude00"],"y":{"z":"\\\"","w":[]}}"#.utf8)
        for end in 0..<text.count { #expect(throws: JSONError.self) { try JSONValue.parse(Array(text[..<end])) } }
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let value = try? JSONValue.parse(changed) else { continue }
            #expect(try JSONValue.parse(value.serialized) == value)
        }
    }

    @Test("a document gives members in the order of the text")
    func document() throws {
        let text = Array(#"{"b":1,"a":{"c":[2,"x\/y"]},"b":"last"}"#.utf8)
        var tape = JSONTape()
        try tape.parse(text.span)
        let document = JSONDocument(text.span, tape)
        var keys: [String] = []
        var next = document.firstMember(document.root)
        while let member = next {
            keys.append(document.string(member.key) ?? "?")
            next = document.nextMember(member)
        }
        #expect(keys == ["b", "a", "b"])
        let lastFound = document.member("b", of: document.root)
        let last = try #require(lastFound)
        let lastText = document.string(last)
        #expect(lastText == "last")
        let innerFound = document.member("a", of: document.root)
        let inner = try #require(innerFound)
        let listFound = document.member("c", of: inner)
        let list = try #require(listFound)
        let elements = document.elements(list)
        let kinds = [document.kind(elements[0]), document.kind(elements[1])]
        let text1 = document.string(elements[1])
        let isInPlace = document.unescapedBytes(elements[1]) != nil
        #expect(elements.count == 2)
        #expect(kinds == [.integer, .string])
        #expect(text1 == "x/y")
        #expect(!isInPlace)
        let missing = document.member("zz", of: list)
        #expect(missing == nil)
    }
}
