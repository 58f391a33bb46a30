;; The two passes of a separable resize of 8-bit RGB, in integers. `node scripts/build-wasm.mjs` turns this into
;; resample.generated.ts.
;;
;; Weights are 16-bit, in 2^-14, by pairs: a line's taps are 2 * pairs neighbouring pixels, of which the last may have
;; weight 0 and lie beyond the image. Between the passes values are 16-bit, in 2^-6.
;;
;; Both passes write up to 30 bytes beyond what is theirs, and read up to a row beyond: whoever calls has room there.
(module
  (import "resample" "memory" (memory 1))

  ;; One row of the result from `2 * pairs` rows of `bytes` bytes that lie `stride` bytes apart.
  (func (export "down")
    (param $from i32) (param $to i32) (param $bytes i32) (param $stride i32) (param $weights i32) (param $pairs i32)
    (local $end i32) (local $row i32) (local $weight i32) (local $last i32)
    (local $w v128) (local $a v128) (local $b v128) (local $low v128) (local $high v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local.set $end (i32.add (local.get $from) (local.get $bytes)))
    (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $pairs) (i32.const 2))))
    (loop $columns
      (local.set $s0 (v128.const i32x4 128 128 128 128))
      (local.set $s1 (local.get $s0))
      (local.set $s2 (local.get $s0))
      (local.set $s3 (local.get $s0))
      (local.set $row (local.get $from))
      (local.set $weight (local.get $weights))
      (loop $taps
        (local.set $w (v128.load32_splat (local.get $weight)))
        (local.set $a (v128.load (local.get $row)))
        (local.set $b (v128.load (i32.add (local.get $row) (local.get $stride))))
        (local.set $low
          (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23 (local.get $a) (local.get $b)))
        (local.set $high
          (i8x16.shuffle 8 24 9 25 10 26 11 27 12 28 13 29 14 30 15 31 (local.get $a) (local.get $b)))
        (local.set $s0
          (i32x4.add (local.get $s0) (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $low)) (local.get $w))))
        (local.set $s1
          (i32x4.add (local.get $s1) (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $low)) (local.get $w))))
        (local.set $s2
          (i32x4.add (local.get $s2) (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_u (local.get $high)) (local.get $w))))
        (local.set $s3
          (i32x4.add (local.get $s3) (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_u (local.get $high)) (local.get $w))))
        (local.set $row (i32.add (local.get $row) (i32.shl (local.get $stride) (i32.const 1))))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (br_if $taps (i32.lt_u (local.get $weight) (local.get $last))))
      (v128.store offset=0 (local.get $to)
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (local.get $s0) (i32.const 8))
          (i32x4.shr_s (local.get $s1) (i32.const 8))))
      (v128.store offset=16 (local.get $to)
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s (local.get $s2) (i32.const 8))
          (i32x4.shr_s (local.get $s3) (i32.const 8))))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $columns (i32.lt_u (local.get $from) (local.get $end)))))

  ;; One row of `width` pixels of the result. `firsts` holds, by pixel, the byte offset of its first tap in the row.
  (func (export "across")
    (param $from i32) (param $to i32) (param $width i32) (param $firsts i32) (param $weights i32) (param $pairs i32)
    (local $end i32) (local $pixel i32) (local $last i32) (local $sum v128)
    (local.set $end (i32.add (local.get $firsts) (i32.shl (local.get $width) (i32.const 2))))
    (loop $pixels
      (local.set $sum (v128.const i32x4 524288 524288 524288 524288))
      (local.set $pixel (i32.add (local.get $from) (i32.load (local.get $firsts))))
      (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $pairs) (i32.const 2))))
      (loop $taps
        (local.set $sum
          (i32x4.add
            (local.get $sum)
            (i32x4.dot_i16x8_s
              ;; R G B R G B of two pixels to R R G G B B.
              (i8x16.shuffle 0 1 6 7 2 3 8 9 4 5 10 11 4 5 10 11
                (v128.load (local.get $pixel)) (local.get $sum))
              (v128.load32_splat (local.get $weights)))))
        (local.set $pixel (i32.add (local.get $pixel) (i32.const 12)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 4)))
        (br_if $taps (i32.lt_u (local.get $weights) (local.get $last))))
      (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 20)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))
      (local.set $firsts (i32.add (local.get $firsts) (i32.const 4)))
      (br_if $pixels (i32.lt_u (local.get $firsts) (local.get $end)))))
)
