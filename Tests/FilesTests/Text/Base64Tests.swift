import CambiumFiles
import Foundation
import Testing

@Suite struct Base64Tests {
    /// The vectors of RFC 4648.
    static let known = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: known)
    func `the RFC's vectors both ways`(plain: String, text: String) throws {
        #expect(Base64.text(Array(plain.utf8)) == text)
        #expect(try Base64.decode(text).get() == Array(plain.utf8))
    }

    @Test func `every byte and length agrees with Foundation`() throws {
        var generator = SeededGenerator(seed: 1)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let text = Data(bytes).base64EncodedString()
            #expect(Base64.text(bytes) == text)
            #expect(try Base64.decode(text).get() == bytes)
            #expect(Base64.length(of: count) == text.utf8.count)
        }
    }

    @Test(arguments: [
        ("Zm9*", Base64Error.wrong(3)), ("Zm9v YmFy", .wrong(4)), ("Zm9vY", .incomplete),
        ("Zm9vYg=", .incomplete), ("Zm9v====", .incomplete), ("Zg==Zg==", .wrong(4)),
        ("é", .wrong(0)), ("a===", .incomplete),
    ])
    func `what is not base64 is refused at its place`(text: String, error: Base64Error) {
        #expect(throws: error) { try Base64.decode(text).get() }
    }

    @Test(arguments: ["Zm9v\nYmFy", " Zm9vYmFy\r\n", "Z m 9 v Y m F y", "Zm9vYmFy\t"])
    func `white space is passed over where asked`(text: String) throws {
        #expect(try Base64.decode(text, skipsSpace: true).get() == Array("foobar".utf8))
        #expect(throws: Base64Error.self) { try Base64.decode(text).get() }
    }
}
