# frozen_string_literal: true

module Shop
  class Invoice
    attr_reader :number, :cart, :paid

    def initialize(number, cart, tax:, discounts: [])
      raise Error, "an empty cart has no invoice" if cart.empty?

      @number = number
      @cart = cart
      @tax = tax
      @discounts = discounts
      @paid = Money.new(0)
    end

    def discount = [@discounts.map { |d| d.off(cart) }.sum(Money.new(0)), cart.total].min
    def tax = @tax.total(cart)
    def total = cart.total - discount + tax
    def due = total - paid
    def paid? = due <= Money.new(0)

    def pay(amount)
      raise Error, "more than is due" if amount > due

      @paid += amount
      self
    end

    def to_s
      rows = cart.lines.map { |line| row("#{line.quantity} x #{line.product.name}", line.total) }
      rows << row("discount", -discount) unless discount.zero?
      ["Invoice #{number}", *rows, row("tax", tax), row("total", total)].join("\n")
    end

    private

    def row(text, amount) = format("%-30s %10s", text[0, 30], amount)
  end
end
