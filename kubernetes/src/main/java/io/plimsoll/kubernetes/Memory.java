package io.plimsoll.kubernetes;

/// Something learnt that is to outlive the process. Any thread may ask.
public interface Memory {

    /// What it is kept as.
    String name();

    /// All that the next process is to know.
    byte[] encoded();

    /// Goes on with what [#encoded] has left; what was learnt meanwhile stays.
    ///
    /// @throws IllegalArgumentException when it makes no sense; then nothing has changed
    void restore(byte[] bytes);
}
