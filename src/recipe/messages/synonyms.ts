/** What papers and other programs call keys and types of the language: nobody should have to look these up. */
export const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    // keys
    accumulate: ['gradient_accumulation', 'grad_accum', 'accumulation_steps'],
    activation: ['act', 'nonlinearity'],
    batch: ['bs', 'batchnorm', 'bn'],
    checkpoint: ['save', 'save_every'],
    deviation: ['std', 'stddev', 'sigma', 'init_gain'],
    every: ['interval', 'frequency', 'freq', 'period'],
    evaluate: ['validation', 'eval', 'val'],
    filters: ['channels', 'out_channels', 'nf', 'ngf', 'ndf', 'width'],
    flip: ['mirror', 'hflip'],
    for: ['epochs', 'n_epochs', 'num_epochs', 'max_epochs', 'steps', 'n_steps', 'max_steps', 'iterations'],
    jitter: ['load_size', 'random_crop'],
    kernel: ['ks', 'filter_size'],
    pad: ['padding'],
    path: ['root', 'dataroot', 'folder', 'dir', 'directory'],
    patch: ['receptive_field', 'patch_size'],
    rate: ['p', 'prob', 'probability'],
    size: ['resolution', 'crop_size', 'image_size', 'img_size'],
    slope: ['negative_slope', 'alpha'],
    train: ['training'],
    weight: ['lambda', 'coefficient', 'coeff', 'lambda_l1', 'lambda_a'],
    // losses
    bce: ['vanilla', 'gan', 'binary-cross-entropy', 'non-saturating', 'minimax'],
    'gradient-penalty': ['gp', 'wgan-gp', 'wgangp'],
    l1: ['mae', 'abs'],
    l2: ['mse', 'squared-error'],
    lsgan: ['least-squares', 'ls'],
    // layers, alone and by role
    instance: ['instancenorm', 'in'],
    layer: ['layernorm', 'ln'],
    'leaky-relu': ['lrelu', 'leakyrelu', 'leaky'],
    'transposed-conv': ['deconv', 'conv-transpose', 'convtranspose', 'upconv'],
    // networks
    'encoder-decoder': ['autoencoder'],
    patchgan: ['n_layers', 'patch'],
  }),
);
