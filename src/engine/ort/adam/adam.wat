;; Adam over arrays in linear memory, in place. `node scripts/build-wasm.mjs` turns this into adam.generated.ts.
;;
;; m = m * b1 + g * c1
;; v = v * b2 + (g * g) * c2
;; w = w - (m * stepSize) / (sqrt(v) + epsilon)
;;
;; Offsets are in bytes. n counts floats; sixteen are updated at a time, so that up to fifteen beyond n are overwritten:
;; buffers must be a multiple of 64 bytes.
(module
  (import "arena" "memory" (memory 1))
  (func (export "adam")
    (param $w i32) (param $m i32) (param $v i32) (param $g i32) (param $n i32)
    (param $b1 f32) (param $c1 f32) (param $b2 f32) (param $c2 f32) (param $stepSize f32) (param $epsilon f32)
    (local $b1x4 v128) (local $c1x4 v128) (local $b2x4 v128) (local $c2x4 v128)
    (local $stepSizeX4 v128) (local $epsilonX4 v128)
    (local $gi v128) (local $mi v128) (local $vi v128)
    (local $end i32)
    (local.set $b1x4 (f32x4.splat (local.get $b1)))
    (local.set $c1x4 (f32x4.splat (local.get $c1)))
    (local.set $b2x4 (f32x4.splat (local.get $b2)))
    (local.set $c2x4 (f32x4.splat (local.get $c2)))
    (local.set $stepSizeX4 (f32x4.splat (local.get $stepSize)))
    (local.set $epsilonX4 (f32x4.splat (local.get $epsilon)))
    (local.set $end (i32.add (local.get $w) (i32.shl (local.get $n) (i32.const 2))))
    (loop $next
      (local.set $gi (v128.load offset=0 (local.get $g)))
      (local.set $mi
        (f32x4.add
          (f32x4.mul (v128.load offset=0 (local.get $m)) (local.get $b1x4))
          (f32x4.mul (local.get $gi) (local.get $c1x4))))
      (local.set $vi
        (f32x4.add
          (f32x4.mul (v128.load offset=0 (local.get $v)) (local.get $b2x4))
          (f32x4.mul (f32x4.mul (local.get $gi) (local.get $gi)) (local.get $c2x4))))
      (v128.store offset=0 (local.get $m) (local.get $mi))
      (v128.store offset=0 (local.get $v) (local.get $vi))
      (v128.store offset=0 (local.get $w)
        (f32x4.sub
          (v128.load offset=0 (local.get $w))
          (f32x4.div
            (f32x4.mul (local.get $mi) (local.get $stepSizeX4))
            (f32x4.add (f32x4.sqrt (local.get $vi)) (local.get $epsilonX4)))))
      (local.set $gi (v128.load offset=16 (local.get $g)))
      (local.set $mi
        (f32x4.add
          (f32x4.mul (v128.load offset=16 (local.get $m)) (local.get $b1x4))
          (f32x4.mul (local.get $gi) (local.get $c1x4))))
      (local.set $vi
        (f32x4.add
          (f32x4.mul (v128.load offset=16 (local.get $v)) (local.get $b2x4))
          (f32x4.mul (f32x4.mul (local.get $gi) (local.get $gi)) (local.get $c2x4))))
      (v128.store offset=16 (local.get $m) (local.get $mi))
      (v128.store offset=16 (local.get $v) (local.get $vi))
      (v128.store offset=16 (local.get $w)
        (f32x4.sub
          (v128.load offset=16 (local.get $w))
          (f32x4.div
            (f32x4.mul (local.get $mi) (local.get $stepSizeX4))
            (f32x4.add (f32x4.sqrt (local.get $vi)) (local.get $epsilonX4)))))
      (local.set $gi (v128.load offset=32 (local.get $g)))
      (local.set $mi
        (f32x4.add
          (f32x4.mul (v128.load offset=32 (local.get $m)) (local.get $b1x4))
          (f32x4.mul (local.get $gi) (local.get $c1x4))))
      (local.set $vi
        (f32x4.add
          (f32x4.mul (v128.load offset=32 (local.get $v)) (local.get $b2x4))
          (f32x4.mul (f32x4.mul (local.get $gi) (local.get $gi)) (local.get $c2x4))))
      (v128.store offset=32 (local.get $m) (local.get $mi))
      (v128.store offset=32 (local.get $v) (local.get $vi))
      (v128.store offset=32 (local.get $w)
        (f32x4.sub
          (v128.load offset=32 (local.get $w))
          (f32x4.div
            (f32x4.mul (local.get $mi) (local.get $stepSizeX4))
            (f32x4.add (f32x4.sqrt (local.get $vi)) (local.get $epsilonX4)))))
      (local.set $gi (v128.load offset=48 (local.get $g)))
      (local.set $mi
        (f32x4.add
          (f32x4.mul (v128.load offset=48 (local.get $m)) (local.get $b1x4))
          (f32x4.mul (local.get $gi) (local.get $c1x4))))
      (local.set $vi
        (f32x4.add
          (f32x4.mul (v128.load offset=48 (local.get $v)) (local.get $b2x4))
          (f32x4.mul (f32x4.mul (local.get $gi) (local.get $gi)) (local.get $c2x4))))
      (v128.store offset=48 (local.get $m) (local.get $mi))
      (v128.store offset=48 (local.get $v) (local.get $vi))
      (v128.store offset=48 (local.get $w)
        (f32x4.sub
          (v128.load offset=48 (local.get $w))
          (f32x4.div
            (f32x4.mul (local.get $mi) (local.get $stepSizeX4))
            (f32x4.add (f32x4.sqrt (local.get $vi)) (local.get $epsilonX4)))))
      (local.set $w (i32.add (local.get $w) (i32.const 64)))
      (local.set $m (i32.add (local.get $m) (i32.const 64)))
      (local.set $v (i32.add (local.get $v) (i32.const 64)))
      (local.set $g (i32.add (local.get $g) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $w) (local.get $end))))))
