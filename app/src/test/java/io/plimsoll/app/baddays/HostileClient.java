package io.plimsoll.app.baddays;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A client that speaks HTTP badly over a plain socket, one request per connection.
record HostileClient(int port) {
    private static final int ANSWER_MILLIS_MAX = 15_000;
    static final String FILTER = "/scheduler/filter";
    static final String PRIORITIZE = "/scheduler/prioritize";

    /// Sends a request and returns the status, or -1 where the connection was closed without one.
    int send(String method, String path, byte[] body) {
        return send(method, path, body, body.length);
    }

    int send(String method, String path, String body) {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8));
    }

    /// Promises a body of so many bytes, waits for the answer without sending any of them, and returns the status.
    int sendHead(String method, String path, long declared) {
        try (var socket = open()) {
            head(socket, method, path, declared);
            return status(socket.getInputStream());
        } catch (IOException e) {
            return -1;
        }
    }

    /// Promises `declared` bytes, sends the body and then ends its side.
    int send(String method, String path, byte[] body, long declared) {
        try (var socket = open()) {
            head(socket, method, path, declared);
            return exchanged(socket, body);
        } catch (IOException e) {
            return -1;
        }
    }

    /// Sends a head that promises a megabyte, a byte of it, and nothing more; the caller closes the socket.
    Socket sendSlowly() throws IOException {
        var socket = open();
        head(socket, "POST", PRIORITIZE, 1 << 20);
        socket.getOutputStream().write('{');
        return socket;
    }

    /// Whether the server has closed a connection.
    static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private Socket open() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        return socket;
    }

    private static void head(Socket socket, String method, String path, long declared) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: " + declared + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static int exchanged(Socket socket, byte[] body) throws IOException {
        try {
            socket.getOutputStream().write(body);
            socket.shutdownOutput();
        } catch (IOException e) {
            // A server that has read enough answers and closes; the answer may still be there to read.
        }
        return status(socket.getInputStream());
    }

    private static int status(InputStream in) throws IOException {
        byte[] start = in.readNBytes("HTTP/1.1 200".length());
        return start.length < 12 ? -1 : Integer.parseInt(new String(start, 9, 3, StandardCharsets.US_ASCII));
    }

    static byte[] bytes(int count, char content) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) content);
        return bytes;
    }
}
