package io.shearling.cli;

import io.shearling.recipes.ByteCount;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes as people write them, see {@link ByteCount}. */
final class ByteSize implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        return ByteCount.parse(text)
                .orElseThrow(() -> new TypeConversionException(
                        "must be a number from 1, of bytes or with KB, MB or GB behind it (KiB, MiB or GiB for powers of 1024),"
                                + " as 1.5GB"));
    }
}
