import unittest

from stock.prices import parse, show


class Parse(unittest.TestCase):
    def test_whole_and_cents(self):
        for text, cents in (("12", 1200), ("12.5", 1250), ("0,99", 99), (" 7.00 ", 700)):
            with self.subTest(text=text):
                self.assertEqual(parse(text), cents)

    def test_what_is_no_price(self):
        with self.assertRaisesRegex(ValueError, "not a price: 'free'"):
            parse("free")

    @unittest.expectedFailure
    def test_thousands(self):
        self.assertEqual(parse("1,000.00"), 100_000)


class Show(unittest.TestCase):
    def test_cents(self):
        self.assertEqual(show(5), "0.05")

    def test_debt(self):
        self.assertEqual(show(-150), "-1.50")

    def test_is_parsed_again(self):
        for cents in range(100_000):
            self.assertEqual(parse(show(cents)), cents)
