package io.shearling.runtime.measure;

import io.shearling.core.Core;
import io.shearling.core.shl_product;
import io.shearling.core.shl_product_params;
import io.shearling.runtime.Device;
import io.shearling.runtime.bridge.Backends;
import io.shearling.runtime.bridge.ProcessLimits;
import io.shearling.runtime.bridge.Status;
import io.shearling.runtime.error.ShearlingException;
import java.nio.DoubleBuffer;

/** Times products on the CPU with as many threads as an engine has by default. No state; whatever else computes is in the figure. */
public final class ProductTimer {
    private static final int MANY_TOKENS = 32;

    private ProductTimer() {}

    /** What the times depend on, for people: processor, kernels, threads, version of llama.cpp. */
    public static String machine() {
        Backends.ready();
        String processor = Backends.devices().stream()
                .filter(device -> device.type() == Device.Type.CPU)
                .map(Device::description)
                .findFirst()
                .orElse("CPU");
        int threads = ProcessLimits.now().cores();
        return processor.strip() + ", " + Backends.cpuVariant() + " kernels, " + threads
                + (threads == 1 ? " thread" : " threads") + ", llama.cpp " + Backends.llamaVersion();
    }

    /**
     * Seconds of a product, of one token with weights that come out of memory as in a model. Blocks for a fraction of a second, or for four
     * products where those take longer, and allocates some 70 MB, or twice the weights where those are more.
     *
     * @throws ShearlingException when the product makes no sense or has no room
     */
    public static double seconds(WeightProduct product) {
        Backends.ready();
        try (shl_product native_ = new shl_product();
                shl_product_params params = new shl_product_params()) {
            Core.shl_product_params_default(params);
            if (product.tokens() >= MANY_TOKENS) {
                params.span_bytes(0); // where the weights come from does not count then
            }
            native_.type(product.type().code())
                    .columns(product.columns())
                    .rows(product.rows())
                    .matrices(product.matrices())
                    .used(product.used())
                    .tokens(product.tokens());
            DoubleBuffer seconds = DoubleBuffer.allocate(1);
            Status.check(
                    Core.shl_product_time(native_, params, seconds),
                    "cannot time a product with weights of type "
                            + product.type().ggmlName());
            return seconds.get(0);
        }
    }
}
