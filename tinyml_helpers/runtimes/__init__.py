"""The field's own runtimes, to compare with: LiteRT (`litert`) and TensorFlow Lite Micro (`tflm`).

This room knows .tflite files, and nothing of the workbook's own interpreter.
"""
