#!/bin/sh
# Makes what the image holds beside the jars, without a base image and without Docker: a Java runtime with only the
# modules that are needed, the C library that it was linked with, and the AOT cache of a training run with exactly these.
#
#   assemble.sh JDK JAR CLASS_PATH ROOT      ROOT becomes / of the image
#
# The JVM takes the cache only when runtime, jars and their times are what it was trained with. So the training runs on
# copies under ROOT, with the time that jib gives to every file.
set -eu

jdk=$1
app=$2
libraries_of_app=$3
root=$4
modules=java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql
modules=$modules,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs
training=$(mktemp -d)
trap 'rm -rf "$training"' EXIT

rm -rf "$root"
mkdir -p "$root/opt/plimsoll" "$root/tmp" "$root/etc"
"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --output "$root/opt/java"

# The C library under the very paths at which the loader looks for it; libnss_* answers host names.
loader=$(ldd "$jdk/bin/java" | sed -n 's|^[[:space:]]*\(/[^ ]*ld-[^ ]*\) .*|\1|p')
libraries=$(ldd "$jdk/bin/java" "$jdk/lib/server/libjvm.so" | sed -n 's|.*=> \(/[^ ]*\) .*|\1|p' | grep -v "^$jdk" | sort -u)
folder=$(dirname "$(printf '%s\n' "$libraries" | grep '/libc\.so')")
for file in $loader $libraries "$folder"/libnss_files.so.2 "$folder"/libnss_dns.so.2 "$folder"/libresolv.so.2; do
    [ -e "$file" ] || continue
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
done
printf 'plimsoll:x:65532:65532::/tmp:/sbin/nologin\n' >"$root/etc/passwd"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

# The jars where jib puts them, and their order.
mkdir -p "$training/app/classpath" "$training/app/libs"
class_path=/app/classpath/$(basename "$app")
cp "$app" "$training$class_path"
IFS=:
for jar in $libraries_of_app; do
    case "$jar" in
        *.jar) ;;
        *) continue ;; # the folder of the application's own classes, which are in its jar
    esac
    class_path=$class_path:/app/libs/$(basename "$jar")
    cp "$jar" "$training/app/libs/"
done
unset IFS
printf '%s' "$class_path" >"$root/opt/plimsoll/class-path"
find "$root" "$training" -type f -exec touch -d @1 {} +

trained_path=$(printf '%s' "$class_path" | sed "s|/app/|$training/app/|g")
"$root/opt/java/bin/java" -XX:AOTCacheOutput="$root/opt/plimsoll/plimsoll.aot" -Xmx256m -XX:+UseSerialGC \
    -Dio.netty.allocator.type=pooled --enable-native-access=ALL-UNNAMED -cp "$trained_path" \
    io.plimsoll.app.serve.TrainingRun
touch -d @1 "$root/opt/plimsoll/plimsoll.aot"
