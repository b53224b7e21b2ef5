package io.plimsoll.app.yaml;

/// The text is not YAML, or uses what is not accepted here.
public final class YamlSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Place place;

    YamlSyntaxException(Place place, String message) {
        super(message);
        this.place = place;
    }

    public Place place() {
        return place;
    }
}
