package io.plimsoll.kubernetes.resource;

/// How the API group of Plimsoll's custom resources is called.
public final class PlimsollApi {

    public static final String GROUP = "plimsoll.io";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = GROUP + "/" + VERSION;

    private PlimsollApi() {}
}
