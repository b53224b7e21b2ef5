package io.plimsoll.extender.wire;

import io.plimsoll.extender.wire.MalformedRequest.Kind;

/// Kubernetes quantities (`250m`, `1.5`, `32Gi`, `1e3`) as whole numbers, rounded up as Kubernetes does.
///
/// Amounts beyond a long are the largest long, negative ones 0: the API server admits neither.
final class Quantity {

    /// What binary fractions may be off before rounding up would add one: 0.07 cores are 70 thousandths, not 71.
    private static final double ROUNDING = 1e-6;

    private Quantity() {}

    /// In thousandths.
    static long millis(String text) {
        return roundedUp(text, 1000);
    }

    static long units(String text) {
        return roundedUp(text, 1);
    }

    private static long roundedUp(String text, double scale) {
        int digits = numberLength(text);
        double factor = factor(text, digits);
        try {
            double amount = Double.parseDouble(text.substring(0, digits)) * (factor * scale);
            return Math.max(0, (long) Math.ceil(amount - ROUNDING));
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    /// The length of the number before the suffix; an exponent (`1e3`, `1E3`) belongs to the number.
    private static int numberLength(String text) {
        int length = text.length();
        while (length > 0 && Character.isLetter(text.charAt(length - 1))) {
            length--;
        }
        return length;
    }

    private static double factor(String text, int digits) {
        return switch (text.substring(digits)) {
            case "" -> 1;
            case "n" -> 1e-9;
            case "u" -> 1e-6;
            case "m" -> 1e-3;
            case "k" -> 1e3;
            case "M" -> 1e6;
            case "G" -> 1e9;
            case "T" -> 1e12;
            case "P" -> 1e15;
            case "E" -> 1e18;
            case "Ki" -> 0x1p10;
            case "Mi" -> 0x1p20;
            case "Gi" -> 0x1p30;
            case "Ti" -> 0x1p40;
            case "Pi" -> 0x1p50;
            case "Ei" -> 0x1p60;
            default -> throw malformed(text);
        };
    }

    private static MalformedRequest malformed(String text) {
        return new MalformedRequest(Kind.WRONG_TYPE, "not a Kubernetes quantity: '" + text + "'");
    }
}
